# gnuplot accuracy.gp draws accuracy.svg from accuracy.csv
if (!exists('figure')) figure = 'accuracy.svg'
set terminal svg size 380,400 font 'Helvetica,13' enhanced background '#ffffff' linewidth 1
set output figure
set encoding utf8
set datafile separator ','
set border 3 lw 1.1 lc rgb '#303030'
set tics nomirror out scale 0.6 textcolor rgb '#303030'
set grid lw 0.6 lc rgb '#e4e4e4'
set key samplen 1.6 spacing 1.05 font ',11' noautotitle
set title font ',13' offset 0,-0.4
set xlabel offset 0,0.3
set ylabel offset 0.6,0
set palette defined (0 '#ffffff', 0.15 '#c6dbef', 0.4 '#6baed6', 0.7 '#2171b5', 1 '#08306b')
unset colorbox
set cbrange [0:1]
set multiplot layout 1,1

set title ""
set xlabel "scheme"
set ylabel "accuracy [%]"
unset logscale x
unset logscale y
set format x '%g'
set format y '%g'
set autoscale
set xrange [-0.5:7.5]
set xtics rotate by 60 right ("BP" 0, "DFA dense" 1, "DFA" 2, "merged" 3, "drift" 4, "drift reference" 5, "drift norm" 6, "drift reprogrammed" 7)
set format x '%g'
set format y '%g'
set key on tmargin center horizontal Left reverse width -1
set xtics offset 0,0.3
set xlabel offset 0,0.7
set grid noxtics
plot 'accuracy.csv' skip 1 every ::0::7 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#0072b2' notitle, \
     '' skip 1 every ::8::15 using 3:4 with points ps 0.75 lc rgb '#0072b2' pt 7 title "float", \
     '' skip 1 every ::16::23 using 3:5:(0):($6-$5) with vectors heads size screen 0.008,90 lw 1.2 lc rgb '#d55e00' notitle, \
     '' skip 1 every ::24::31 using 3:4 with points ps 0.75 lc rgb '#d55e00' pt 5 title "pcm-40nm"

unset multiplot
set output
